"""Drift: what was approved and done, held against what Microsoft Graph shows now.

`agreed` says what the requests that were carried out leave to be so, `compare` finds what is not,
`mending` says how one click puts it right, or takes it as it is.
"""
