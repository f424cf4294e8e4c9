"""The web shop and the app: visits, pages, and the logs they leave."""
