"""The choice of binary points: what a shader's values are seen to be, how exact the picture needs them, and with which
points that costs least.

`sample` names the frames in which `observe` runs the float IR; `precision` and `derivatives` tell what the picture
needs, `choose` gives points that meet it, `economy` moves them to where they are cheap, `trial` holds the outcome
against float64 and decides which values become two words, `ties` keeps what is on an edge on its side. `amplify` is the
choice for functions that are called from outside, of which nothing was observed, and `widest` that for numbers which
words have no room for.
"""
