using System.Text;
using L2O.Imports.Pickles;
using Xunit;

namespace L2O.Tests.Imports;

public sealed class PickleFileTests
{
    // {'lstm_1': {'w': float32 [2, 3]}, 'b': float64 [2]}, by Python 3.11 and NumPy 1.24.
    [Theory]
    [InlineData("KGRwMApWbHN0bV8xCnAxCihkcDIKVncKcDMKY251bXB5LmNvcmUubXVsdGlhcnJheQpfcmVjb25zdHJ1Y3QKcDQKKGNudW1weQpuZGFycmF5CnA1CihJMAp0cDYKY19jb2RlY3MKZW5jb2RlCnA3CihWYgpwOApWbGF0aW4xCnA5CnRwMTAKUnAxMQp0cDEyClJwMTMKKEkxCihJMgpJMwp0cDE0CmNudW1weQpkdHlwZQpwMTUKKFZmNApwMTYKSTAwCkkwMQp0cDE3ClJwMTgKKEkzClY8CnAxOQpOTk5JLTEKSS0xCkkwCnRwMjAKYkkwMApnNwooVlx1MDAwMFx1MDAwMIA/XHUwMDAwXHUwMDAwXHUwMDAwQFx1MDAwMFx1MDAwMEBAXHUwMDAwXHUwMDAwgEBcdTAwMDBcdTAwMDCgQFx1MDAwMFx1MDAwMNBACnAyMQpnOQp0cDIyClJwMjMKdHAyNApic3NWYgpwMjUKZzQKKGc1CihJMAp0cDI2CmcxMQp0cDI3ClJwMjgKKEkxCihJMgp0cDI5CmcxNQooVmY4CnAzMApJMDAKSTAxCnRwMzEKUnAzMgooSTMKZzE5Ck5OTkktMQpJLTEKSTAKdHAzMwpiSTAwCmc3CihWXHUwMDAwXHUwMDAwXHUwMDAwXHUwMDAwXHUwMDAwXHUwMDAw+L9cdTAwMDBcdTAwMDBcdTAwMDBcdTAwMDBcdTAwMDBcdTAwMDDQPwpwMzQKZzkKdHAzNQpScDM2CnRwMzcKYnMu")]
    [InlineData("fXEAKFgGAAAAbHN0bV8xcQF9cQJYAQAAAHdxA2NudW1weS5jb3JlLm11bHRpYXJyYXkKX3JlY29uc3RydWN0CnEEKGNudW1weQpuZGFycmF5CnEFKEsAdHEGY19jb2RlY3MKZW5jb2RlCnEHKFgBAAAAYnEIWAYAAABsYXRpbjFxCXRxClJxC3RxDFJxDShLAShLAksDdHEOY251bXB5CmR0eXBlCnEPKFgCAAAAZjRxEEkwMApJMDEKdHERUnESKEsDWAEAAAA8cRNOTk5K/////0r/////SwB0cRRiSTAwCmgHKFgcAAAAAADCgD8AAABAAABAQAAAwoBAAADCoEAAAMOQQHEVaAl0cRZScRd0cRhic1gBAAAAYnEZaAQoaAUoSwB0cRpoC3RxG1JxHChLAShLAnRxHWgPKFgCAAAAZjhxHkkwMApJMDEKdHEfUnEgKEsDaBNOTk5K/////0r/////SwB0cSFiSTAwCmgHKFgTAAAAAAAAAAAAw7jCvwAAAAAAAMOQP3EiaAl0cSNScSR0cSVidS4=")]
    [InlineData("gAJ9cQAoWAYAAABsc3RtXzFxAX1xAlgBAAAAd3EDY251bXB5LmNvcmUubXVsdGlhcnJheQpfcmVjb25zdHJ1Y3QKcQRjbnVtcHkKbmRhcnJheQpxBUsAhXEGY19jb2RlY3MKZW5jb2RlCnEHWAEAAABicQhYBgAAAGxhdGluMXEJhnEKUnELh3EMUnENKEsBSwJLA4ZxDmNudW1weQpkdHlwZQpxD1gCAAAAZjRxEImIh3ERUnESKEsDWAEAAAA8cRNOTk5K/////0r/////SwB0cRRiiWgHWBwAAAAAAMKAPwAAAEAAAEBAAADCgEAAAMKgQAAAw5BAcRVoCYZxFlJxF3RxGGJzWAEAAABicRloBGgFSwCFcRpoC4dxG1JxHChLAUsChXEdaA9YAgAAAGY4cR6JiIdxH1JxIChLA2gTTk5OSv////9K/////0sAdHEhYoloB1gTAAAAAAAAAAAAw7jCvwAAAAAAAMOQP3EiaAmGcSNScSR0cSVidS4=")]
    [InlineData("gAN9cQAoWAYAAABsc3RtXzFxAX1xAlgBAAAAd3EDY251bXB5LmNvcmUubXVsdGlhcnJheQpfcmVjb25zdHJ1Y3QKcQRjbnVtcHkKbmRhcnJheQpxBUsAhXEGQwFicQeHcQhScQkoSwFLAksDhnEKY251bXB5CmR0eXBlCnELWAIAAABmNHEMiYiHcQ1ScQ4oSwNYAQAAADxxD05OTkr/////Sv////9LAHRxEGKJQxgAAIA/AAAAQAAAQEAAAIBAAACgQAAA0EBxEXRxEmJzWAEAAABicRNoBGgFSwCFcRRoB4dxFVJxFihLAUsChXEXaAtYAgAAAGY4cRiJiIdxGVJxGihLA2gPTk5OSv////9K/////0sAdHEbYolDEAAAAAAAAPi/AAAAAAAA0D9xHHRxHWJ1Lg==")]
    [InlineData("gASVCgEAAAAAAAB9lCiMBmxzdG1fMZR9lIwBd5SMFW51bXB5LmNvcmUubXVsdGlhcnJheZSMDF9yZWNvbnN0cnVjdJSTlIwFbnVtcHmUjAduZGFycmF5lJOUSwCFlEMBYpSHlFKUKEsBSwJLA4aUaAeMBWR0eXBllJOUjAJmNJSJiIeUUpQoSwOMATyUTk5OSv////9K/////0sAdJRiiUMYAACAPwAAAEAAAEBAAACAQAAAoEAAANBAlHSUYnOMAWKUaAZoCUsAhZRoC4eUUpQoSwFLAoWUaBCMAmY4lImIh5RSlChLA2gUTk5OSv////9K/////0sAdJRiiUMQAAAAAAAA+L8AAAAAAADQP5R0lGJ1Lg==")]
    [InlineData("gAWV8AAAAAAAAAB9lCiMBmxzdG1fMZR9lIwBd5SMEm51bXB5LmNvcmUubnVtZXJpY5SMC19mcm9tYnVmZmVylJOUKJYYAAAAAAAAAAAAgD8AAABAAABAQAAAgEAAAKBAAADQQJSMBW51bXB5lIwFZHR5cGWUk5SMAmY0lImIh5RSlChLA4wBPJROTk5K/////0r/////SwB0lGJLAksDhpSMAUOUdJRSlHOMAWKUaAYolhAAAAAAAAAAAAAAAAAA+L8AAAAAAADQP5RoCowCZjiUiYiHlFKUKEsDaA5OTk5K/////0r/////SwB0lGJLAoWUaBF0lFKUdS4=")]
    public void WhatPythonWritesUnderEveryProtocolIsRead(string base64)
    {
        var bytes = Convert.FromBase64String(base64);

        var arrays = PickleFile.Read(bytes);

        Assert.True(PickleFile.IsOne(bytes));
        Assert.Equal(["lstm_1/w", "b"], arrays.Keys);
        Assert.Equal(("float32", "[2, 3]"), (arrays["lstm_1/w"].Type, Shown(arrays["lstm_1/w"].Shape)));
        Assert.Equal([1, 2, 3, 4, 5, 6.5f], arrays["lstm_1/w"].Values);
        Assert.Equal(("float64", "[2]"), (arrays["b"].Type, Shown(arrays["b"].Shape)));
        Assert.Equal([-1.5f, 0.25f], arrays["b"].Values);
    }

    // OrderedDict(w=float32 [2, 3] by column, s=float32 scalar).
    [Theory]
    [InlineData("gAJjY29sbGVjdGlvbnMKT3JkZXJlZERpY3QKcQApUnEBKFgBAAAAd3ECY251bXB5LmNvcmUubXVsdGlhcnJheQpfcmVjb25zdHJ1Y3QKcQNjbnVtcHkKbmRhcnJheQpxBEsAhXEFY19jb2RlY3MKZW5jb2RlCnEGWAEAAABicQdYBgAAAGxhdGluMXEIhnEJUnEKh3ELUnEMKEsBSwJLA4ZxDWNudW1weQpkdHlwZQpxDlgCAAAAZjRxD4mIh3EQUnERKEsDWAEAAAA8cRJOTk5K/////0r/////SwB0cRNiiGgGWBwAAAAAAMKAPwAAwoBAAAAAQAAAwqBAAABAQAAAw5BAcRRoCIZxFVJxFnRxF2JYAQAAAHNxGGNudW1weS5jb3JlLm11bHRpYXJyYXkKc2NhbGFyCnEZaBFoBlgEAAAAAAAgQHEaaAiGcRtScRyGcR1ScR51Lg==")]
    [InlineData("gASV5wAAAAAAAACMC2NvbGxlY3Rpb25zlIwLT3JkZXJlZERpY3SUk5QpUpQojAF3lIwVbnVtcHkuY29yZS5tdWx0aWFycmF5lIwMX3JlY29uc3RydWN0lJOUjAVudW1weZSMB25kYXJyYXmUk5RLAIWUQwFilIeUUpQoSwFLAksDhpRoCIwFZHR5cGWUk5SMAmY0lImIh5RSlChLA4wBPJROTk5K/////0r/////SwB0lGKIQxgAAIA/AACAQAAAAEAAAKBAAABAQAAA0ECUdJRijAFzlGgFjAZzY2FsYXKUk5RoFEMEAAAgQJSGlFKUdS4=")]
    [InlineData("gAWV6AAAAAAAAACMC2NvbGxlY3Rpb25zlIwLT3JkZXJlZERpY3SUk5QpUpQojAF3lIwSbnVtcHkuY29yZS5udW1lcmljlIwLX2Zyb21idWZmZXKUk5QolhgAAAAAAAAAAACAPwAAgEAAAABAAACgQAAAQEAAANBAlIwFbnVtcHmUjAVkdHlwZZSTlIwCZjSUiYiHlFKUKEsDjAE8lE5OTkr/////Sv////9LAHSUYksCSwOGlIwBRpR0lFKUjAFzlIwVbnVtcHkuY29yZS5tdWx0aWFycmF5lIwGc2NhbGFylJOUaA5DBAAAIECUhpRSlHUu")]
    public void ArraysByColumnAndScalarsOfNumpyAreRead(string base64)
    {
        var arrays = PickleFile.Read(Convert.FromBase64String(base64));

        Assert.Equal([1, 2, 3, 4, 5, 6.5f], arrays["w"].Values);
        Assert.Equal(("[]", 2.5f), (Shown(arrays["s"].Shape), arrays["s"].Values.Single()));
    }

    [Fact]
    public void DictionariesOfDillAreRead()
    {
        var array = ForeignBytes.Counted("lstm_1/w_gates", 3, 4);

        var read = PickleFile.Read(ForeignBytes.DillPickle(array, ForeignBytes.Counted("linear/b", 1)));

        Assert.Equal(["lstm_1/w_gates", "linear/b"], read.Keys);
        Assert.Equal(array.Numbers, read["lstm_1/w_gates"].Values);
    }

    // What a pickle could run is a name here, and no name but a few is known.
    [Theory]
    [InlineData("\u0080\u0003cposix\nsystem\nX\u0004\0\0\0true\u0085R.", "asks for posix.system, and no dictionary of arrays needs that")]
    [InlineData("cbuiltins\neval\n.", "asks for builtins.eval, and no dictionary of arrays needs that")]
    [InlineData("\u0080\u0004\u008c\u0002os\u008c\u0006system\u0093.", "asks for os.system, and no dictionary of arrays needs that")]
    [InlineData(
        "\u0080\u0003cdill._dill\n_import_module\nX\u0002\0\0\0os\u0085R.", "asks for the module os, and no dictionary of arrays needs that")]
    [InlineData(
        "\u0080\u0003cdill._dill\n_get_attr\ncdill._dill\n_import_module\nX\u0005\0\0\0numpy\u0085RX\u0005\0\0\0fload\u0086R.",
        "asks for numpy.fload, and no dictionary of arrays needs that")]
    [InlineData("\u0080\u0003cdill._dill\n_load_type\nX\u0004\0\0\0type\u0085R.", "calls LoadType with other arguments than dictionaries of arrays do")]
    [InlineData("\u0080\u0002}(iposix\nsystem\n.", "has the instruction INST at byte 4, and no dictionary of arrays needs that")]
    [InlineData("\u0080\u0002}\u0081.", "has the instruction NEWOBJ at byte 3, and no dictionary of arrays needs that")]
    [InlineData("\u0080\u0002Qx.", "has the instruction BINPERSID at byte 2, and no dictionary of arrays needs that")]
    [InlineData("\u0080\u0002\u00fe.", "has the instruction 0xfe at byte 2, and no dictionary of arrays needs that")]
    public void WhatAPickleCouldRunIsRefusedByName(string pickle, string expected) => Assert.Equal(expected, Refused(pickle));

    [Theory]
    [InlineData("\u0080\u0003}X\u0001\0\0\0aK\u0005s.", "has a that is a number, expected an array or a dictionary of them")]
    [InlineData("\u0080\u0003}K\u0005K\u0005s.", "has a number for a name in a dictionary")]
    [InlineData("\u0080\u0003}X\u0001\0\0\0a}sX\u0001\0\0\0a}s.", "has a twice")]
    [InlineData("\u0080\u0003}q\0X\u0001\0\0\0ah\0s.", "has a that is a dictionary also found elsewhere, or more than 16 deep")]
    [InlineData("\u0080\u0003K\u0005.", "is a pickle of a number, expected dictionaries of arrays")]
    [InlineData("\u0080\u0003h\u0007.", "recalls value 7, which it has not kept")]
    [InlineData("\u0080\u0003R.", "takes a value that is not there")]
    [InlineData("\u0080\u0003}(\u0085.", "takes a value that is not there")]
    [InlineData("\u0080\u0003t.", "takes values from a mark that is not there")]
    [InlineData("\u0080\u0003}.}.", "has 2 bytes behind its end")]
    [InlineData("\u0080\u0006}.", "is a pickle of protocol 6, expected at most 5")]
    [InlineData("\u0080\u0003B\u00ff\u00ff\u00ff\u00ff.", "has 1 bytes from byte 7 on, where 4294967295 are announced")]
    [InlineData("\u0080\u0003X\u0001\0\0\0\u00ff.", "has a text that is no UTF-8")]
    [InlineData("\u0080\u0003}X\u0001\0\0\0\n}s.", "has a name of 1 letters, expected 1 to 200 that can be printed")]
    public void WhatMakesNoSenseIsRefused(string pickle, string expected) => Assert.Equal(expected, Refused(pickle));

    [Fact]
    public void AnArrayOfAnotherShapeThanItsBytesIsRefused() => Assert.Equal(
        "has w/a of float32 [3, 2000000000], which 8 bytes do not hold",
        Assert.Throws<InvalidDataException>(() => PickleFile.Read(ForeignBytes.DillPickle(new ForeignBytes.Values("w/a", [3, 2_000_000_000], [1, 2])))).Message);

    // Bytes that are kept once and made an array of again and again would fill the memory of any machine.
    [Fact]
    public void ArraysThatShareBytesHoldNoMoreThanTheFile()
    {
        var many = "\u0080\u0003C\u00c8" + new string('\0', 200) + "q\0}(" + string.Concat(Enumerable.Range(0, 50).Select(i =>
            $"X\u0002\0\0\0{i:00}cnumpy.core.numeric\n_frombuffer\n(h\0cnumpy\ndtype\nX\u0002\0\0\0f4\u0085RK\u0032\u0085X\u0001\0\0\0CtR")) + "u.";

        Assert.StartsWith("has arrays of more bytes than it has itself, ", Refused(many), StringComparison.Ordinal);
    }

    private static string Refused(string pickle) =>
        Assert.Throws<InvalidDataException>(() => PickleFile.Read(Encoding.Latin1.GetBytes(pickle))).Message;

    private static string Shown(long[] shape) => $"[{string.Join(", ", shape)}]";
}
