"""Build the wheel: the folders beside the package travel inside it (portal/templates and so on).

In a checkout they stand at the top, where a Flask engineer looks for them; `portal.settings`
finds them in either place.
"""

from setuptools import find_packages, setup

BESIDE = ("templates", "static", "migrations")

setup(
    packages=[
        *find_packages(include=["portal", "portal.*"]),
        *(f"portal.{name}" for name in BESIDE),
    ],
    package_dir={f"portal.{name}": name for name in BESIDE},
    package_data={
        "portal": [
            "**/*"
        ],  # schemas, policy packs, translations lie beside the code that reads them
        **{f"portal.{name}": ["**/*"] for name in BESIDE},
    },
    exclude_package_data={"": ["**/__pycache__/*", "*.pyc"]},
    include_package_data=False,
)
