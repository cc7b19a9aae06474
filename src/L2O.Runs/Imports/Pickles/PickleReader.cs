using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using L2O.Imports.Formats;

namespace L2O.Imports.Pickles;

/// <summary>
/// Follows the instructions of a pickle, of protocols 0 to 5, as far as dictionaries of arrays need them. A pickle is a program
/// for a machine with a stack; this machine knows values alone, and can call nothing.
/// </summary>
internal sealed partial class PickleReader(ReadOnlyMemory<byte> bytes)
{
    private const byte Stop = (byte)'.';
    private const int LatestProtocol = 5;
    private const int MostInstructions = 100_000;

    private readonly ByteCursor _cursor = new(bytes);
    private readonly PickleStack _stack = new();

    /// <summary>The value that the pickle describes.</summary>
    /// <exception cref="InvalidDataException">It does what is not known, or what makes no sense.</exception>
    internal object? Read()
    {
        for (var count = 0; count < MostInstructions; count++)
        {
            var opcode = _cursor.Byte();
            if (opcode == Stop)
            {
                return _cursor.Left == 0
                    ? _stack.Take(1)[0]
                    : throw new InvalidDataException($"has {_cursor.Left} bytes behind its end");
            }

            if (!IsValue(opcode) && !IsStructure(opcode) && !IsMemory(opcode) && !IsCall(opcode))
            {
                throw new InvalidDataException(
                    $"has the instruction {PickleOpcode.Name(opcode)} at byte {_cursor.Position - 1}, and no dictionary of arrays needs that");
            }
        }

        throw new InvalidDataException($"has more than {MostInstructions} instructions");
    }

    private bool IsValue(byte opcode) => Pushed((char)opcode switch
    {
        'N' => (true, null),
        '\u0088' => (true, true),
        '\u0089' => (true, false),
        'I' => (true, Number(_cursor.Line())),
        'L' => (true, Whole(_cursor.Line().TrimEnd('L'))),
        'J' => (true, (long)(int)_cursor.LittleEndian(4)),
        'K' => (true, (long)_cursor.Byte()),
        'M' => (true, (long)_cursor.LittleEndian(2)),
        '\u008A' => (true, Long(_cursor.Byte())),
        'V' => (true, Unescaped(_cursor.Line())),
        'X' => (true, _cursor.Text(_cursor.LittleEndian(4))),
        '\u008C' => (true, _cursor.Text(_cursor.Byte())),
        '\u008D' => (true, _cursor.Text(_cursor.LittleEndian(8))),
        'U' => (true, Encoding.Latin1.GetString(_cursor.Take(_cursor.Byte()).Span)),
        'T' => (true, Encoding.Latin1.GetString(_cursor.Take(_cursor.LittleEndian(4)).Span)),
        'C' => (true, _cursor.Take(_cursor.Byte())),
        'B' => (true, _cursor.Take(_cursor.LittleEndian(4))),
        '\u008E' or '\u0096' => (true, _cursor.Take(_cursor.LittleEndian(8))),
        ')' => (true, Array.Empty<object?>()),
        '}' => (true, new PickledDictionary()),
        _ => (false, null),
    });

    private bool IsStructure(byte opcode)
    {
        switch ((char)opcode)
        {
            case '\u0080':
                var protocol = _cursor.Byte();
                return protocol <= LatestProtocol
                    ? true
                    : throw new InvalidDataException($"is a pickle of protocol {protocol}, expected at most {LatestProtocol}");
            case '\u0095':
                _ = _cursor.LittleEndian(8);
                return true;
            case '(':
                _stack.Mark();
                return true;
            case 't':
                return Pushed((true, _stack.TakeMarked()));
            case >= '\u0085' and <= '\u0087':
                return Pushed((true, _stack.Take(opcode - 0x84)));
            case 'd':
                var items = _stack.TakeMarked();
                PickledDictionary made = new();
                return Fill(made, items) && Pushed((true, made));
            case 's':
                items = _stack.Take(2);
                return Fill(_stack.Top, items);
            case 'u':
                items = _stack.TakeMarked();
                return Fill(_stack.Top, items);
            default:
                return false;
        }
    }

    private bool IsMemory(byte opcode)
    {
        switch ((char)opcode)
        {
            case 'p':
                _stack.Keep(Index(_cursor.Line()));
                return true;
            case 'q':
                _stack.Keep(_cursor.Byte());
                return true;
            case 'r':
                _stack.Keep(_cursor.LittleEndian(4));
                return true;
            case '\u0094':
                _stack.Keep(_stack.KeptCount);
                return true;
            case 'g':
                _stack.Recall(Index(_cursor.Line()));
                return true;
            case 'h':
                _stack.Recall(_cursor.Byte());
                return true;
            case 'j':
                _stack.Recall(_cursor.LittleEndian(4));
                return true;
            default:
                return false;
        }
    }

    private bool IsCall(byte opcode)
    {
        switch ((char)opcode)
        {
            case 'c':
                var module = _cursor.Line();
                return Pushed((true, PickleGlobals.Find(module, _cursor.Line())));
            case '\u0093':
                return _stack.Take(2) is [string from, string name]
                    ? Pushed((true, PickleGlobals.Find(from, name)))
                    : throw new InvalidDataException("asks for something whose name is no text");
            case 'R':
                var call = _stack.Take(2);
                return Pushed((true, PickleCalls.Result(call[0], call[1])));
            case 'b':
                var built = _stack.Take(2);
                return Pushed((true, PickleCalls.Built(built[0], built[1])));
            default:
                return false;
        }
    }

    private bool Pushed((bool IsOne, object? Value) found)
    {
        if (found.IsOne)
        {
            _stack.Push(found.Value);
        }

        return found.IsOne;
    }

    private static bool Fill(object? dictionary, object?[] items)
    {
        if (dictionary is not PickledDictionary filled || items.Length % 2 != 0)
        {
            throw new InvalidDataException($"puts {items.Length} keys and values into {PickleValue.Shown(dictionary)}");
        }

        for (var i = 0; i < items.Length; i += 2)
        {
            filled.Add(items[i], items[i + 1]);
        }

        return true;
    }

    // The first protocol has no truth values of their own.
    private static object Number(string line) => line switch
    {
        "00" => false,
        "01" => true,
        _ => Whole(line),
    };

    private static long Whole(string line) =>
        long.TryParse(line, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new InvalidDataException("has a number that is no whole one of 64 bits");

    private static ulong Index(string line) => Whole(line) is >= 0 and var index
        ? (ulong)index
        : throw new InvalidDataException("keeps a value under a negative number");

    private long Long(byte size)
    {
        if (size is 0 or > sizeof(long))
        {
            return size == 0 ? 0 : throw new InvalidDataException("has a number that is no whole one of 64 bits");
        }

        var unused = 8 * (sizeof(long) - size);
        return (long)_cursor.LittleEndian(size) << unused >> unused;
    }

    private static string Unescaped(string line) => Escape().Replace(
        line, match => ((char)ushort.Parse(match.Groups[1].Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)).ToString());

    [GeneratedRegex(@"\\u([0-9a-fA-F]{4})")]
    private static partial Regex Escape();
}
