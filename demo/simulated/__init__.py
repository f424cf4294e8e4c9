"""Narubit, a simulated Korean company whose truth is known."""
