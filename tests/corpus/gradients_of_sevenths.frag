// Gradients from a lattice of sevenths: which of them are folded back hangs on sums that are 0 but for a literal's
// rounding, as in most noises of three dimensions.
vec3 direction(float number) {
    float x = number * (1.0 / 7.0);
    float y = fract(floor(x) * (1.0 / 7.0)) - 0.5;
    x = fract(x);
    float z = 0.5 - abs(x) - abs(y);
    float folded = step(z, 0.0);
    return vec3(x - folded * (step(0.0, x) - 0.5), y - folded * (step(0.0, y) - 0.5), z);
}

float corner(vec2 cell, vec2 place, vec2 offset) {
    vec2 at = mod(cell + offset, 49.0);
    float number = mod((at.x * 34.0 + 1.0) * at.x + at.y * 17.0, 289.0);
    return dot(direction(number), vec3(place - offset, 0.4));
}

void mainImage(out vec4 color, in vec2 position) {
    vec2 p = position / iResolution.y * 7.0 + iTime;
    vec2 cell = floor(p), place = fract(p), s = smoothstep(0.0, 1.0, place);
    float low = mix(corner(cell, place, vec2(0.0)), corner(cell, place, vec2(1.0, 0.0)), s.x);
    float high = mix(corner(cell, place, vec2(0.0, 1.0)), corner(cell, place, vec2(1.0)), s.x);
    color = vec4(vec3(0.5 + 0.6 * mix(low, high, s.y)), 1.0);
}
