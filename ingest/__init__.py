"""Sources to raw: a company's operational tables and web-server logs."""
