// Metaballs: five charges wander, their fields add up, and a threshold draws the skin.
// Idea: Jim Blinn, "A Generalization of Algebraic Surface Drawing", 1982.
uniform float u_time;
uniform vec2 u_resolution;

void main() {
    vec2 p = (2.0 * gl_FragCoord.xy - u_resolution) / u_resolution.y;
    float field = 0.0;
    vec3 tint = vec3(0.0);
    for (int i = 0; i < 5; i++) {
        float k = float(i);
        vec2 center = 0.7 * vec2(sin(u_time * (0.6 + 0.17 * k) + 1.7 * k), cos(u_time * (0.8 - 0.11 * k) + 2.3 * k));
        vec2 d = p - center;
        float charge = 0.06 / (dot(d, d) + 0.01);
        field += charge;
        tint += charge * (0.5 + 0.5 * cos(1.3 * k + vec3(0.0, 2.0, 4.0)));
    }
    float skin = smoothstep(0.85, 1.05, field);
    vec3 color = skin * tint / field + (1.0 - skin) * vec3(0.05, 0.06, 0.12) * (1.0 + field);
    gl_FragColor = vec4(color, 1.0);
}
