"""A service that is deployed in several forms."""
