"""The fast way to price many people: one packed read of their events, then whole numbers in arrays (SCO-4).

`extract` reads a set of people once for every model in use, `price` prices them under one model, `tables` holds a
model in the shape the arrays need, `words` turns words into places, `digest` takes the fingerprint of a run. The
readable SQL (`scoring/sql/price.sql`) and the plain reference in the tests say the same, person for person.
"""
