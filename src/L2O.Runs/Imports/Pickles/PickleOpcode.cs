namespace L2O.Imports.Pickles;

/// <summary>Python's names of the instructions that pickles of arrays do without; they are refused by these.</summary>
internal static class PickleOpcode
{
    private static readonly Dictionary<byte, string> _refused = new()
    {
        [(byte)'0'] = "POP",
        [(byte)'1'] = "POP_MARK",
        [(byte)'2'] = "DUP",
        [(byte)'F'] = "FLOAT",
        [(byte)'G'] = "BINFLOAT",
        [(byte)'P'] = "PERSID",
        [(byte)'Q'] = "BINPERSID",
        [(byte)'S'] = "STRING",
        [(byte)']'] = "EMPTY_LIST",
        [(byte)'a'] = "APPEND",
        [(byte)'e'] = "APPENDS",
        [(byte)'i'] = "INST",
        [(byte)'l'] = "LIST",
        [(byte)'o'] = "OBJ",
        [0x81] = "NEWOBJ",
        [0x82] = "EXT1",
        [0x83] = "EXT2",
        [0x84] = "EXT4",
        [0x8B] = "LONG4",
        [0x8F] = "EMPTY_SET",
        [0x90] = "ADDITEMS",
        [0x91] = "FROZENSET",
        [0x92] = "NEWOBJ_EX",
        [0x97] = "NEXT_BUFFER",
        [0x98] = "READONLY_BUFFER",
    };

    /// <summary>How messages call an instruction that is not followed.</summary>
    internal static string Name(byte opcode) => _refused.GetValueOrDefault(opcode) ?? $"0x{opcode:x2}";
}
