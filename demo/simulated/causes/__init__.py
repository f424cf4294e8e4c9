"""What truly happens, before anything of it is written down."""
