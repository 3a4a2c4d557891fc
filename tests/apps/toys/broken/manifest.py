"""How the app would present itself, if it could be imported."""

from medley.apps.registry import Manifest

MANIFEST = Manifest("broken", "Broken", "Cannot be imported.", "bug", "1", order=40)
