// A line and a circle with edges of one pixel, distances by cross products.
void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 a = 0.1 * iResolution.xy, b = vec2(0.9, 0.5 + 0.4 * sin(iTime)) * iResolution.xy, ab = b - a, ap = fragCoord - a;
    float along = clamp(dot(ap, ab) / dot(ab, ab), 0.0, 1.0);
    float d = length(ap - along * ab), side = (ab.x * ap.y - ab.y * ap.x) / length(ab);
    vec3 color = side > 0.0 ? vec3(0.2, 0.3, 0.5) : vec3(0.3, 0.2, 0.2);
    fragColor = vec4(mix(vec3(1.0), color, smoothstep(1.0, 2.5, d)), 1.0);
}
