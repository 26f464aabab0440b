// A seventh power in polar coordinates, and how its distance slopes: angles need every bit that they can get.
uniform vec2 u_resolution;
uniform float u_time;

float distance_to(vec3 p) {
    vec3 z = p;
    float growth = 1.0, r = length(z);
    for (int i = 0; i < 4 && r < 2.0; i++) {
        float height = 7.0 * acos(z.z / r), turn = 7.0 * atan(z.y, z.x);
        growth = 7.0 * pow(r, 6.0) * growth + 1.0;
        z = p + pow(r, 7.0) * vec3(sin(height) * cos(turn), sin(height) * sin(turn), cos(height));
        r = length(z);
    }
    return 0.5 * log(r) * r / growth;
}

void main() {
    vec2 uv = (2.0 * gl_FragCoord.xy - u_resolution) / u_resolution.y, e = vec2(0.0001, 0.0);
    vec3 p = vec3(1.25 * uv, 0.4 * sin(0.3 * u_time));
    float d = distance_to(p);
    vec3 slope = d - vec3(distance_to(p - e.xyy), distance_to(p - e.yxy), distance_to(p - e.yyx));
    gl_FragColor = vec4(d > 0.0 ? 0.5 + 0.4 * normalize(slope) : vec3(0.1, 0.2, 0.3), 1.0);
}
