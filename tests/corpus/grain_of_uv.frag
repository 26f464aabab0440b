// Grain over the picture's own coordinates, as analogue filters have it: 41 bits of x / width are wanted.
void mainImage(out vec4 o, in vec2 f) {
    vec2 u = f/iResolution.xy;
    vec2 g = 7.0 + (1.0-2.0*u)*vec2(1462.439, 297.185);
    o = vec4(fract(sin(dot(g,vec2(127.1,311.7)))*43758.5453), fract(u.x*35466789.1), fract(sin(dot(g,vec2(269.5,183.3)))*43758.5453),1.0);
}
