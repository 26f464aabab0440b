// A floor to the horizon: division by what goes to nothing.
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    vec3 color = vec3(0.4, 0.6, 0.9);
    if (p.y < -0.05) {
        vec2 q = vec2(p.x, 1.0) / -p.y + vec2(0.1, iTime + 0.37);  // off the ties, which floats round either way
        float c = mod(floor(2.0 * q.x) + floor(2.0 * q.y), 2.0);
        color = mix(vec3(c), color, exp(-2.0 * -p.y));
    }
    fragColor = vec4(color, 1.0);
}
