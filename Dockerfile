# One image for every service of docker-compose.yml and for `danggol night`.
# Validated by tests/docs, not run: see docs/deploy/README.md.

FROM python:3.12.14-slim-trixie AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_INPUT=1 \
    PIP_ROOT_USER_ACTION=ignore

WORKDIR /app
RUN python -m venv /opt/venv

# Before the code, so that a changed line of code installs nothing again.
COPY requirements.lock ./
# pip's hash mode refuses extras that a dependency asks for: the lock is complete,
# so nothing is resolved here, and `pip check` says whether it really is complete.
RUN --mount=type=cache,target=/root/.cache/pip \
    /opt/venv/bin/pip install --no-deps --require-hashes --requirement requirements.lock \
    && /opt/venv/bin/pip check

# .dockerignore lets only the packages in: one layer, and no secret can slip in.
COPY . ./
# The root file system is read-only at run time, so byte code is written now.
RUN /opt/venv/bin/python -m compileall -q . \
    && printf '#!/bin/sh\nexec /opt/venv/bin/python -m danggol "$@"\n' > /opt/venv/bin/danggol \
    && chmod 0755 /opt/venv/bin/danggol


FROM python:3.12.14-slim-trixie

ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="danggol" \
      org.opencontainers.image.description="Customer segments, lifetime values, churn and cross-sell rules, every night, on one PostgreSQL" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.base.name="docker.io/library/python:3.12.14-slim-trixie"

# A fixed number, so that volumes keep their owner from image to image. A new named
# volume takes the owner and mode of the folder that it is mounted over.
RUN groupadd --gid 10001 danggol \
    && useradd --uid 10001 --gid danggol --no-create-home --home-dir /var/lib/danggol \
        --shell /usr/sbin/nologin danggol \
    && install --directory --owner danggol --group danggol --mode 0700 \
        /var/lib/danggol /var/log/airflow

COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app

# Nothing in the image reports to its makers.
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DANGGOL_HOME=/var/lib/danggol \
    AIRFLOW_HOME=/tmp/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/app/dags \
    AIRFLOW__CORE__LOAD_EXAMPLES=False \
    DBT_SEND_ANONYMOUS_USAGE_STATS=False \
    GX_ANALYTICS_ENABLED=False

WORKDIR /app
USER 10001:10001
EXPOSE 8080

# docker-compose.yml gives each of its other services a check of its own.
HEALTHCHECK --interval=30s --timeout=10s --start-period=90s --retries=5 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/api/v2/monitor/health', timeout=8)"]

CMD ["airflow", "api-server"]
