"""What three.js brings in for `#include <name>`: its chunks, as far as a shader of one rectangle needs them.

A name -> the text that stands for it, written anew from what the names promise. Chunks for lights, fog, shadows and the
like do nothing unless a scene turns them on, and are empty here. Data only.
"""

from __future__ import annotations

from glowjit.glsl.vocabulary import names

_COMMON = """\
#define PI 3.141592653589793
#define PI2 6.283185307179586
#define PI_HALF 1.5707963267948966
#define RECIPROCAL_PI 0.3183098861837907
#define RECIPROCAL_PI2 0.15915494309189535
#define EPSILON 1e-6
#define saturate(a) clamp(a, 0.0, 1.0)
#define whiteComplement(a) (1.0 - saturate(a))
float pow2(const in float x) { return x * x; }
vec3 pow2(const in vec3 x) { return x * x; }
float pow3(const in float x) { return x * x * x; }
float pow4(const in float x) { return (x * x) * (x * x); }
float max3(const in vec3 v) { return max(max(v.x, v.y), v.z); }
float average(const in vec3 v) { return dot(v, vec3(1.0 / 3.0)); }
float luminance(const in vec3 rgb) { return dot(rgb, vec3(0.2126, 0.7152, 0.0722)); }
highp float rand(const in vec2 uv) { return fract(sin(mod(dot(uv, vec2(12.9898, 78.233)), PI)) * 43758.5453); }"""

_TO_SRGB = """\
{ vec3 light = max(gl_FragColor.rgb, 0.0);
  vec3 curve = 1.055 * pow(light, vec3(1.0 / 2.4)) - 0.055;
  gl_FragColor.rgb = mix(curve, 12.92 * light, vec3(lessThanEqual(light, vec3(0.0031308)))); }"""

_IDLE = """
    tonemapping_fragment tonemapping_pars_fragment colorspace_pars_fragment encodings_pars_fragment fog_pars_fragment
    fog_fragment logdepthbuf_pars_fragment logdepthbuf_fragment clipping_planes_pars_fragment clipping_planes_fragment
    dithering_pars_fragment dithering_fragment premultiplied_alpha_fragment uv_pars_fragment
"""

CHUNKS = {
    "common": _COMMON,
    "colorspace_fragment": _TO_SRGB,
    "encodings_fragment": _TO_SRGB,  # its name until 2023
    **dict.fromkeys(names(_IDLE), ""),
}
