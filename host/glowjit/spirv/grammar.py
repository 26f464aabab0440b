"""The grammar of SPIR-V, as far as GLSL needs it: instructions with their operand layouts, and the enumerations.

Names are the specification's without their prefix ("FAdd" for OpFAdd, "FragCoord" for BuiltInFragCoord). A layout is
one letter per operand: T result type, R result, i another id, n a literal word, s a string; `?` makes the last one
optional, `*` repeats it to the end. `reader` checks every instruction against its layout, `text` prints by it.
"""

from __future__ import annotations

from dataclasses import dataclass

MAGIC = 0x07230203

# Layout, then opcode and name of every instruction that has it.
_INSTRUCTIONS = """
TR       1 Undef
s        2 SourceContinued
nnn*     3 Source
s        4 SourceExtension
is       5 Name
ins      6 MemberName
Rs       7 String
inn      8 Line
s        10 Extension
Rs       11 ExtInstImport
TRini*   12 ExtInst
nn       14 MemoryModel
nisi*    15 EntryPoint
inn*     16 ExecutionMode
n        17 Capability
R        19 TypeVoid  20 TypeBool
Rnn      21 TypeInt
Rn       22 TypeFloat
Rin      23 TypeVector  24 TypeMatrix
Rin*     25 TypeImage
R        26 TypeSampler
Ri       27 TypeSampledImage
Rii      28 TypeArray
Ri       29 TypeRuntimeArray
Ri*      30 TypeStruct
Rs       31 TypeOpaque
Rni      32 TypePointer
Rii*     33 TypeFunction
TR       41 ConstantTrue  42 ConstantFalse
TRnn*    43 Constant
TRi*     44 ConstantComposite
TR       46 ConstantNull  48 SpecConstantTrue  49 SpecConstantFalse
TRnn*    50 SpecConstant
TRi*     51 SpecConstantComposite
TRni*    52 SpecConstantOp
TRni     54 Function
TR       55 FunctionParameter
-        56 FunctionEnd
TRii*    57 FunctionCall
TRni?    59 Variable
TRiii    60 ImageTexelPointer
TRin*    61 Load
iin*     62 Store  63 CopyMemory
TRii*    65 AccessChain  66 InBoundsAccessChain
TRin     68 ArrayLength
inn*     71 Decorate
innn*    72 MemberDecorate
R        73 DecorationGroup
ii*      74 GroupDecorate  75 GroupMemberDecorate
TRii     77 VectorExtractDynamic
TRiii    78 VectorInsertDynamic
TRiin*   79 VectorShuffle
TRi*     80 CompositeConstruct
TRin*    81 CompositeExtract
TRiin*   82 CompositeInsert
TRi      83 CopyObject  84 Transpose
TRii     86 SampledImage
TRii*    87 ImageSampleImplicitLod  88 ImageSampleExplicitLod  89 ImageSampleDrefImplicitLod
TRii*    90 ImageSampleDrefExplicitLod  91 ImageSampleProjImplicitLod  92 ImageSampleProjExplicitLod
TRii*    93 ImageSampleProjDrefImplicitLod  94 ImageSampleProjDrefExplicitLod  95 ImageFetch  96 ImageGather
TRii*    97 ImageDrefGather  98 ImageRead
iiii*    99 ImageWrite
TRii*    100 Image  101 ImageQueryFormat  102 ImageQueryOrder  103 ImageQuerySizeLod  104 ImageQuerySize
TRii*    105 ImageQueryLod  106 ImageQueryLevels  107 ImageQuerySamples
TRi      109 ConvertFToU  110 ConvertFToS  111 ConvertSToF  112 ConvertUToF  113 UConvert  114 SConvert
TRi      115 FConvert  116 QuantizeToF16  124 Bitcast  126 SNegate  127 FNegate
TRii     128 IAdd  129 FAdd  130 ISub  131 FSub  132 IMul  133 FMul  134 UDiv  135 SDiv  136 FDiv  137 UMod
TRii     138 SRem  139 SMod  140 FRem  141 FMod  142 VectorTimesScalar  143 MatrixTimesScalar
TRii     144 VectorTimesMatrix  145 MatrixTimesVector  146 MatrixTimesMatrix  147 OuterProduct  148 Dot
TRii     149 IAddCarry  150 ISubBorrow  151 UMulExtended  152 SMulExtended
TRi      154 Any  155 All  156 IsNan  157 IsInf
TRii     164 LogicalEqual  165 LogicalNotEqual  166 LogicalOr  167 LogicalAnd
TRi      168 LogicalNot
TRiii    169 Select
TRii     170 IEqual  171 INotEqual  172 UGreaterThan  173 SGreaterThan  174 UGreaterThanEqual
TRii     175 SGreaterThanEqual  176 ULessThan  177 SLessThan  178 ULessThanEqual  179 SLessThanEqual
TRii     180 FOrdEqual  181 FUnordEqual  182 FOrdNotEqual  183 FUnordNotEqual  184 FOrdLessThan
TRii     185 FUnordLessThan  186 FOrdGreaterThan  187 FUnordGreaterThan  188 FOrdLessThanEqual
TRii     189 FUnordLessThanEqual  190 FOrdGreaterThanEqual  191 FUnordGreaterThanEqual  194 ShiftRightLogical
TRii     195 ShiftRightArithmetic  196 ShiftLeftLogical  197 BitwiseOr  198 BitwiseXor  199 BitwiseAnd
TRi      200 Not
TRiiii   201 BitFieldInsert
TRiii    202 BitFieldSExtract  203 BitFieldUExtract
TRi      204 BitReverse  205 BitCount  207 DPdx  208 DPdy  209 Fwidth  210 DPdxFine  211 DPdyFine
TRi      212 FwidthFine  213 DPdxCoarse  214 DPdyCoarse  215 FwidthCoarse
-        218 EmitVertex  219 EndPrimitive
iii      224 ControlBarrier
ii       225 MemoryBarrier
TRiii*   227 AtomicLoad
iiii     228 AtomicStore
TRiii*   229 AtomicExchange  230 AtomicCompareExchange  231 AtomicCompareExchangeWeak  232 AtomicIIncrement
TRiii*   233 AtomicIDecrement  234 AtomicIAdd  235 AtomicISub  236 AtomicSMin  237 AtomicUMin  238 AtomicSMax
TRiii*   239 AtomicUMax  240 AtomicAnd  241 AtomicOr  242 AtomicXor
TRi*     245 Phi
iinn*    246 LoopMerge
in       247 SelectionMerge
R        248 Label
i        249 Branch
iiin*    250 BranchConditional
iin*     251 Switch
-        252 Kill  253 Return
i        254 ReturnValue
-        255 Unreachable  317 NoLine
s        330 ModuleProcessed
TRi      400 CopyLogical
-        4416 TerminateInvocation  5380 DemoteToHelperInvocation
"""

_EXTENDED = """
Round RoundEven Trunc FAbs SAbs FSign SSign Floor Ceil Fract Radians Degrees Sin Cos Tan Asin Acos Atan Sinh
Cosh Tanh Asinh Acosh Atanh Atan2 Pow Exp Log Exp2 Log2 Sqrt InverseSqrt Determinant MatrixInverse Modf
ModfStruct FMin UMin SMin FMax UMax SMax FClamp UClamp SClamp FMix IMix Step SmoothStep Fma Frexp FrexpStruct
Ldexp PackSnorm4x8 PackUnorm4x8 PackSnorm2x16 PackUnorm2x16 PackHalf2x16 PackDouble2x32 UnpackSnorm2x16
UnpackUnorm2x16 UnpackHalf2x16 UnpackSnorm4x8 UnpackUnorm4x8 UnpackDouble2x32 Length Distance Cross Normalize
FaceForward Reflect Refract FindILsb FindSMsb FindUMsb InterpolateAtCentroid InterpolateAtSample
InterpolateAtOffset NMin NMax NClamp
"""

# What a shader may declare to use. Those after the first line are let through because a use of them is refused with
# its own name and line; any other capability is refused as a whole.
_CAPABILITIES = """
0 Matrix  1 Shader
9 Float16  10 Float64  11 Int64  22 Int16  39 Int8
25 ImageGatherExtended  34 ImageCubeArray  36 ImageRect  37 SampledRect  43 Sampled1D  44 Image1D
45 SampledCubeArray  46 SampledBuffer  47 ImageBuffer  48 ImageMSArray  49 StorageImageExtendedFormats  50 ImageQuery
51 DerivativeControl  55 StorageImageReadWithoutFormat  56 StorageImageWriteWithoutFormat
35 SampleRateShading  32 ClipDistance  2 Geometry
"""

_STORAGE_CLASSES = "UniformConstant Input Uniform Output Workgroup CrossWorkgroup Private Function"

_DECORATIONS = "1 SpecId  2 Block  3 BufferBlock  11 BuiltIn  30 Location  32 Index"

_BUILTINS = """
15 FragCoord  16 PointCoord  17 FrontFacing  18 SampleId  19 SamplePosition  20 SampleMask  22 FragDepth
23 HelperInvocation  3 ClipDistance  4 CullDistance  7 PrimitiveId  9 Layer  10 ViewportIndex
"""


@dataclass(frozen=True, slots=True)
class Layout:
    """How the operands of one instruction lie: `kinds` are those after the result type and the result."""

    name: str
    typed: bool
    result: bool
    kinds: str
    rest: str

    @property
    def minimum(self) -> int:
        """The fewest words this instruction can have, its first word included."""
        return 1 + self.typed + self.result + len(self.kinds)


def _layout(name: str, text: str) -> Layout:
    typed, result = text.startswith("T"), "R" in text
    kinds = text.replace("T", "").replace("R", "").strip("-")
    rest = ""
    if kinds.endswith(("?", "*")):
        kinds, rest = kinds[:-2], kinds[-2]
    return Layout(name, typed, result, kinds, rest)


def _instructions() -> dict[int, Layout]:
    table: dict[int, Layout] = {}
    for row in _INSTRUCTIONS.strip().splitlines():
        text, *items = row.split()
        for number, name in zip(items[::2], items[1::2], strict=True):
            table[int(number)] = _layout(name, text)
    return table


def _numbered(text: str) -> dict[int, str]:
    items = text.split()
    return {int(number): name for number, name in zip(items[::2], items[1::2], strict=True)}


INSTRUCTIONS = _instructions()
EXTENDED = dict(enumerate(_EXTENDED.split(), start=1))
CAPABILITIES = _numbered(_CAPABILITIES)
STORAGE_CLASSES = dict(enumerate(_STORAGE_CLASSES.split()))
DECORATIONS = _numbered(_DECORATIONS)
BUILTINS = _numbered(_BUILTINS)
