"""`python -m webapp.cli`: the same as `luzhi`."""

from webapp.cli import main

main()
