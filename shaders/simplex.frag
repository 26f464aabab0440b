// Simplex noise: three corners of a triangle instead of four of a square. Blue smoke with a bright rim.
// Idea: Ken Perlin, "Noise Hardware", 2001; skewing as explained by Stefan Gustavson, "Simplex noise demystified", 2005.
uint hash(ivec2 c) {
    uint h = uint(c.x) * 0x27D4EB2Du + uint(c.y) * 0x165667B1u;
    h ^= h >> 15;
    h *= 0x85EBCA6Bu;
    return h ^ (h >> 13);
}

// Contribution of one corner: a radial falloff to the fourth power times a gradient.
float corner(ivec2 cell, vec2 d) {
    float t = 1.0 - 2.0 * dot(d, d);  // scaled to 0..1: its fourth power keeps more bits than that of 0..0.5
    if (t < 0.0) return 0.0;
    uint h = hash(cell);
    vec2 g = vec2((h & 1u) == 0u ? 1.0 : -1.0, (h & 2u) == 0u ? 1.0 : -1.0);
    g = (h & 4u) == 0u ? g : ((h & 8u) == 0u ? vec2(1.414 * g.x, 0.0) : vec2(0.0, 1.414 * g.y));
    t *= t;
    return t * t * dot(g, d);
}

float simplex(vec2 p) {
    const float SKEW = 0.36602540378;    // (sqrt(3) - 1) / 2
    const float UNSKEW = 0.21132486541;  // (3 - sqrt(3)) / 6
    vec2 cell = floor(p + (p.x + p.y) * SKEW);
    vec2 d0 = p - cell + (cell.x + cell.y) * UNSKEW;
    vec2 step1 = d0.x > d0.y ? vec2(1.0, 0.0) : vec2(0.0, 1.0);
    vec2 d1 = d0 - step1 + UNSKEW;
    vec2 d2 = d0 - 1.0 + 2.0 * UNSKEW;
    ivec2 i = ivec2(cell);
    return 3.125 * (corner(i, d0) + corner(i + ivec2(step1), d1) + corner(i + 1, d2));
}

void mainImage(out vec4 fragColor, in vec2 fragCoord) {
    vec2 p = 3.0 * (2.0 * fragCoord - iResolution.xy) / iResolution.y;
    vec2 flow = vec2(0.0, -0.3 * iTime);
    float n = simplex(p + flow) + 0.5 * simplex(2.0 * p + 1.7 * flow) + 0.25 * simplex(4.0 * p - flow);
    float smoke = smoothstep(-0.6, 1.1, n);
    float rim = 1.0 - smoothstep(0.0, 0.12, abs(n - 0.25));
    fragColor = vec4(mix(vec3(0.02, 0.03, 0.10), vec3(0.30, 0.55, 0.95), smoke) + rim * vec3(0.5, 0.6, 0.4), 1.0);
}
