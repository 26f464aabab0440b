// Interleaved gradient noise dithers a gradient to a few levels.
float ign(vec2 p) { return fract(52.9829189 * fract(dot(p, vec2(0.06711056, 0.00583715)))); }
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 uv = fragCoord / iResolution.xy;
    float n = ign(fragCoord + 5.588238 * float(iFrame % 64));
    vec3 c = mix(vec3(0.0, 0.1, 0.3), vec3(1.0, 0.7, 0.4), uv.x);
    c = floor(c * 5.0 + n) / 5.0;
    fragColor = vec4(c, 1.0);
}
