using L2O.Imports.Formats;
using Xunit;

namespace L2O.Tests.Imports;

public sealed class NpzFileTests
{
    private const int Most = 1 << 20;

    // numpy.savez_compressed of NumPy 1.24: 'lstm_1/w' float32 [2, 3], 'b' float64 [2], 'f' as the first but by column.
    private const string OfNumpy =
        "UEsDBBQAAAAIAAAAIQAtjhzoWAAAAJgAAAAMABQAbHN0bV8xL3cubnB5AQAQAJgAAAAAAAAAWAAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuk2airqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOgrGmjoKtQpkAy4GhgZ7BgYGByAC4gYgXgDEFxwAUEsDBBQAAAAIAAAAIQBtsqqLTQAAAJAAAAAFABQAYi5ucHkBABAAkAAAAAAAAABNAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqGuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6mjoKtQoUAC4GMPixH0JfsAcAUEsDBBQAAAAIAAAAIQDjdR9pVwAAAJgAAAAFABQAZi5ucHkBABAAmAAAAAAAAABXAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqKuo6Cell9UUpSYF59flJIKEg8pKk0FChdnJBakArkaRjoKxpo6CrUK5AMuBoYGeyB2YGBgAOIFQOwAxBccAFBLAQIUAxQAAAAIAAAAIQAtjhzoWAAAAJgAAAAMAAAAAAAAAAAAAACAAQAAAABsc3RtXzEvdy5ucHlQSwECFAMUAAAACAAAACEAbbKqi00AAACQAAAABQAAAAAAAAAAAAAAgAGWAAAAYi5ucHlQSwECFAMUAAAACAAAACEA43UfaVcAAACYAAAABQAAAAAAAAAAAAAAgAEaAQAAZi5ucHlQSwUGAAAAAAMAAwCgAAAAqAEAAAAA";

    [Fact]
    public void WhatNumpyWritesIsRead()
    {
        var bytes = Convert.FromBase64String(OfNumpy);

        var read = NpzFile.Read(bytes, Most);

        Assert.True(NpzFile.IsOne(bytes));
        Assert.Equal(["lstm_1/w", "b", "f"], read.Keys);
        Assert.Equal([1, 2, 3, 4, 5, 6.5f], read["lstm_1/w"].Values);
        Assert.Equal([1, 2, 3, 4, 5, 6.5f], read["f"].Values);
        Assert.Equal([2L, 3L], read["f"].Shape);
        Assert.Equal(("float64", -1.5f, 0.25f), (read["b"].Type, read["b"].Values[0], read["b"].Values[1]));
    }

    [Theory]
    [InlineData("'<i8'", "False", "(1,)", "<i8")]
    [InlineData("'>f4'", "False", "(2L,)", ">f4")]
    [InlineData("'|b1'", "False", "()", "|b1")]
    public void AnotherTypeIsToldByItsName(string type, string isByColumn, string shape, string expected) => Assert.Equal(
        expected, NpzFile.Read(Archive($"{{'descr': {type}, 'fortran_order': {isByColumn}, 'shape': {shape}, }}  \n", new byte[8]), Most)["a"].Type);

    [Theory]
    [InlineData("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (2,), }", "has a that has a header that describes no plain array")]
    [InlineData("{'descr': '<f4', 'fortran_order': exit(), 'shape': (2,), }", "has a that has a header that describes no plain array")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2**9,), }", "has a that has a header that describes no plain array")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", "has a of float32 [3], which 8 bytes do not hold")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", "has a that has 99999999999999999999 among its sizes")]
    [InlineData(
        "{'descr': '<f4', 'fortran_order': False, 'shape': (9000000000000000000, 9000000000000000000), }",
        "has a of float32 [9000000000000000000, 9000000000000000000], which 8 bytes do not hold")]
    public void AHeaderThatIsNotOfAPlainArrayIsRefused(string header, string expected) =>
        Assert.Equal(expected, Refused(Archive(header, new byte[8]), Most));

    [Fact]
    public void WhatIsNoArchiveOfArraysIsRefused()
    {
        var array = ForeignBytes.Counted("a", 40);
        var damaged = ForeignBytes.Npz(array);
        damaged[damaged.AsSpan().IndexOf("NUMPY"u8) + 90] ^= 1;

        Assert.Equal("has archive/data.pkl, expected names that end in .npy", Refused(ForeignBytes.Zip(("archive/data.pkl", [1])), Most));
        Assert.Equal("has a that is no NumPy array", Refused(ForeignBytes.Zip(("a.npy", [1, 2, 3])), Most));
        Assert.Equal("has a twice", Refused(ForeignBytes.Npz(array, array), Most));
        Assert.Equal("has a whose bytes are not those that were packed", Refused(damaged, Most));
    }

    [Fact]
    public void WhatUnpacksToMoreThanItMayIsRefused() => Assert.Equal(
        "has a of 1000073 bytes unpacked, where 1000 are left for it",
        Refused(ForeignBytes.Npz(new ForeignBytes.Values("a", [250_000], new float[250_000])), 1000));

    private static byte[] Archive(string header, byte[] content) => ForeignBytes.Zip(("a.npy", ForeignBytes.Npy(header, content)));

    private static string Refused(byte[] bytes, int most) =>
        Assert.Throws<InvalidDataException>(() => NpzFile.Read(bytes, most)).Message;
}
