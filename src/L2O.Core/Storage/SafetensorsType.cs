using static TorchSharp.torch;

namespace L2O.Storage;

/// <summary>The number types we store, with their names in the format.</summary>
internal static class SafetensorsType
{
    internal const string Known = "F32, F64, I64 and U8";

    internal static string Name(ScalarType type) => type switch
    {
        ScalarType.Float32 => "F32",
        ScalarType.Float64 => "F64",
        ScalarType.Int64 => "I64",
        ScalarType.Byte => "U8",
        _ => throw new ArgumentException($"{type} is not stored; convert to float32, float64, int64 or uint8", nameof(type)),
    };

    internal static ScalarType? Of(string? name) => name switch
    {
        "F32" => ScalarType.Float32,
        "F64" => ScalarType.Float64,
        "I64" => ScalarType.Int64,
        "U8" => ScalarType.Byte,
        _ => null,
    };

    /// <summary>The size of one number in bytes.</summary>
    internal static int Size(ScalarType type) => Name(type) switch
    {
        "F32" => 4,
        "U8" => 1,
        _ => 8,
    };

    /// <summary>The size of a tensor in bytes; null if it, or a stride, exceeds 63 bits.</summary>
    internal static long? ByteCount(ScalarType type, long[] shape)
    {
        var (count, extent) = ((Int128)Size(type), (Int128)Size(type));
        foreach (var size in shape)
        {
            (count, extent) = (count * size, extent * Math.Max(size, 1));
            if (extent > long.MaxValue)
            {
                return null;
            }
        }

        return (long)count;
    }
}
