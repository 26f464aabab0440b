"""Float IR -> integer IR, given every value's binary point: `transform` goes over the instructions, and each is
expanded at its `site` by the table of `expand`, or of `pairs` and `longs` where a value is two words; where every float
is a pair, by that of `numbers`.

`multiply` and `products` choose the form of a product, `quotients` that of a division, `limits` is for sums and
products that do not wrap, `vectors` and `roots` are for lengths and directions, `angles` and `phase` for trigonometry
in turns; `double` is arithmetic on two words, `ratios`, `longroots` and `longwaves` the quotients, roots and sines of
those; `emit` collects what comes of them.
"""
