using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace L2O.Runs;

/// <summary>What the processor is, as far as results depend on it.</summary>
internal static class ProcessorName
{
    private const int FirstOfBrand = unchecked((int)0x80000002);
    private const int LastOfBrand = unchecked((int)0x80000004);

    /// <summary>
    /// The maker's name, family and model where the processor tells them, and the width of the vectors that are used, which
    /// can be set lower by environment variables.
    /// </summary>
    internal static string Current { get; } = $"{Maker()}, {VectorBits()}-bit vectors";

    private static int VectorBits() => Vector512.IsHardwareAccelerated ? 512
        : Vector256.IsHardwareAccelerated ? 256
        : 128;

    private static string Maker()
    {
        if (!X86Base.IsSupported || unchecked((uint)X86Base.CpuId(1 << 31, 0).Eax) < unchecked((uint)LastOfBrand))
        {
            return RuntimeInformation.ProcessArchitecture.ToString();
        }

        var registers = Enumerable.Range(0, LastOfBrand - FirstOfBrand + 1)
            .Select(i => X86Base.CpuId(FirstOfBrand + i, 0))
            .SelectMany(part => new[] { part.Eax, part.Ebx, part.Ecx, part.Edx })
            .ToArray();
        var brand = Encoding.ASCII.GetString(MemoryMarshal.AsBytes<int>(registers)).TrimEnd('\0', ' ').TrimStart();

        // Family and model, whose extensions count for the newer ones: brands of virtual machines say little.
        var signature = X86Base.CpuId(1, 0).Eax;
        var family = (signature >> 8) & 0xF;
        var model = ((signature >> 4) & 0xF) | ((signature >> 12) & 0xF0);
        return $"{brand} (family {(family == 0xF ? family + ((signature >> 20) & 0xFF) : family)} model {model})";
    }
}
