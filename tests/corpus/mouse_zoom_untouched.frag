// A zoom by the mouse, which nobody has moved yet: the picture is then far from what it is elsewhere.
void mainImage(out vec4 color, in vec2 at) {
    vec2 uv = (2.0 * at - iResolution.xy) / iResolution.y;
    vec2 p = 300.0 * uv * exp2(-12.0 * iMouse.x / iResolution.x);
    float rings = length(p) + 2.0 * sin(0.2 * p.x) * sin(0.2 * p.y);
    vec3 tint = 0.5 + 0.5 * cos(0.05 * dot(p, p.yx) + vec3(0.0, 2.0, 4.0));
    color = vec4(tint * (0.6 + 0.4 * sin(0.1 * rings - iTime)), 1.0);
}
