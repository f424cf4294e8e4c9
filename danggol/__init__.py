"""Danggol: an analytic CRM warehouse that is built every night."""
