"""Float IR -> integer IR, given how each value is held: as a word, as a pair of words, or as a long (`Formats`).

`transform` visits the instructions. It expands each at its `site`, with a function from one of five tables, which
emits integer instructions (`emit`):

    expand             words; products by `multiply`, quotients by `quotients`, lengths and directions by `vectors` and
                       `roots`, trigonometry by `angles`
    expand_saturating  words that saturate instead of wrapping
    expand_pairs       pairs: software floating point, in a module whose other values are words
    expand_all_pairs   pairs, in a module where every float is one
    expand_longs       longs: fixed point of 64 bits; with `long_quotients`, `long_roots` and `long_waves`

Below these, `products`, `pairs` and `longs` are the arithmetic of the three representations, and `phase` converts
angles to turns.
"""
