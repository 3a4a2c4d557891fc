"""Ports: what the core needs of the world, as Protocols; one module per side of it."""
