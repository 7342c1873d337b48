"""The way of the data: stages, a file each, and the runs that chain them.

A snapshot passes through the stages `land` or `extract`, `stage`, `transform`, `publish` and
`archive`; the runs are `process`, `rebuild`, `enrich`, `purge` and `listen`.
"""
