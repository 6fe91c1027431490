"""`python -m tests.benchmarks`: every table, on a machine that does nothing else meanwhile."""

from tests.benchmarks import app, engine

engine.main()
app.main()
