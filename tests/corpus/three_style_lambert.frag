#version 300 es
precision mediump float;
precision highp int;
#define USE_FOG
#define NUM_LIGHTS 3
// In the manner of a Three.js material: struct uniforms with defaults, chunks by #ifdef, functions with out parameters.
uniform vec2 u_resolution;
uniform float u_time;
layout(location = 0) out highp vec4 pc_fragColor;
struct PointLight { vec3 position; vec3 color; float distance; float decay; };
#define saturate(a) clamp(a, 0.0, 1.0)
#define RECIPROCAL_PI 0.3183098861837907
PointLight lights[NUM_LIGHTS];
float getDistanceAttenuation(const in float lightDistance, const in float cutoffDistance, const in float decayExponent) {
    float falloff = 1.0 / max(pow(lightDistance, decayExponent), 0.01);
    if (cutoffDistance > 0.0) falloff *= pow(saturate(1.0 - pow(lightDistance / cutoffDistance, 4.0)), 2.0);
    return falloff;
}
void getInfo(const in PointLight light, const in vec3 geom, out vec3 dir, out vec3 color, out bool visible) {
    vec3 l = light.position - geom;
    dir = normalize(l);
    color = light.color * getDistanceAttenuation(length(l), light.distance, light.decay);
    visible = (color != vec3(0.0));
}
void main() {
    vec2 uv = (2.0 * gl_FragCoord.xy - u_resolution) / u_resolution.y;
    for (int i = 0; i < NUM_LIGHTS; i++) {
        float a = u_time + float(i) * 2.094;
        lights[i] = PointLight(vec3(1.5 * cos(a), 1.5 * sin(a), 1.2), 4.0 * vec3(i == 0, i == 1, i == 2) + 0.3, 4.0, 2.0);
    }
    vec3 normal = vec3(0, 0, 1);
    float r = dot(uv, uv);
    if (r < 0.6) normal = normalize(vec3(uv, sqrt(0.6 - r)));
    vec3 geom = vec3(uv, 0.4 * normal.z), outgoing = vec3(0.02);
    for (int i = 0; i < NUM_LIGHTS; i++) {
        vec3 dir, color; bool visible;
        getInfo(lights[i], geom, dir, color, visible);
        if (!visible) continue;
        outgoing += saturate(dot(normal, dir)) * color * RECIPROCAL_PI;
    }
#ifdef USE_FOG
    outgoing = mix(outgoing, vec3(0.5), smoothstep(0.8, 2.0, length(uv)));
#endif
    pc_fragColor = vec4(pow(outgoing, vec3(0.41666)) * 1.055 - vec3(0.055), 1.0);
}
