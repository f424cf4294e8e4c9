"""Web servers' access logs to requests without personal data; no database here.

`reading.read_requests` is the way in: `files` cuts files into blocks of lines,
`formats` says what a line looks like, `parsing` turns a block into columns,
`agents`, `pages` and `privacy` give the columns a meaning and take the person out.
"""
