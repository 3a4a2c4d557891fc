"""A module that cannot be imported: a wrong name in a deployment."""

import a_package_nobody_installed  # noqa: F401


def handle(event, context):
    return None
