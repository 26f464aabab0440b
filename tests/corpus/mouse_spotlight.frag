// Follows the mouse, which is a corner while nobody has moved it.
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 m = iMouse.z > 0.0 ? iMouse.xy : 0.5 * iResolution.xy * (1.0 + 0.5 * vec2(cos(iTime), sin(iTime)));
    float d = distance(fragCoord, m) / iResolution.y;
    vec2 q = floor(fragCoord / 8.0);
    float n = fract(sin(dot(q, vec2(12.9898, 78.233))) * 43758.5453);
    fragColor = vec4(vec3(0.3 + 0.7 * n, 0.5, 1.0 - n) * smoothstep(0.5, 0.1, d), 1.0);
}
