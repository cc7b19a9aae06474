using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace L2O.Configs;

/// <summary>
/// YAML to nodes. Built on the parser's events rather than its document model, so that duplicate keys are collected
/// with everything else, and depth and aliases are bounded before anything is expanded.
/// </summary>
internal sealed class ConfigParser
{
    private const int DeepestNesting = 32;
    private const int MostNodes = 100_000;
    private const string MergeKey = "<<";

    private readonly Parser _events;
    private readonly ConfigProblems _problems;
    private readonly Func<Mark, Position> _locate;
    private readonly Dictionary<AnchorName, (ConfigNode Node, int Size)> _anchors = [];
    private readonly HashSet<AnchorName> _open = [];
    private int _size;

    private ConfigParser(string text, Func<Mark, Position> locate, ConfigProblems problems)
    {
        _events = new(new StringReader(text));
        _locate = locate;
        _problems = problems;
    }

    /// <summary>The one document of a file, or null with a problem added.</summary>
    internal static ConfigNode? Parse(string source, string text, ConfigProblems problems) =>
        Parse(text, mark => new(source, (int)mark.Line, (int)mark.Column), problems);

    /// <summary>The value of an argument, all of it located at the argument; null with a problem added.</summary>
    internal static ConfigNode? ParseArgument(string argument, string text, ConfigProblems problems) =>
        Parse(text, _ => new(argument, 0, 0), problems);

    private static ConfigNode? Parse(string text, Func<Mark, Position> locate, ConfigProblems problems)
    {
        ConfigParser parser = new(text, locate, problems);
        try
        {
            return parser.Document();
        }
        catch (UnsupportedException e)
        {
            problems.Add(locate(e.Start), e.Message);
        }
        catch (YamlException e)
        {
            problems.Add(locate(e.Start), $"is not valid YAML: {Sentence(e)}");
        }
        catch (InvalidOperationException)
        {
            // What YamlDotNet's scanner throws, without a place, where a list or map in one line is never closed.
            var last = parser._events.Current?.End ?? Mark.Empty;
            problems.Add(locate(last), "is not valid YAML: something that starts here is not closed");
        }

        return null;
    }

    private ConfigNode? Document()
    {
        _events.Consume<StreamStart>();
        if (!_events.TryConsume<DocumentStart>(out _))
        {
            return new ScalarNode(_locate(Mark.Empty), "", IsQuoted: false);
        }

        var node = Node(depth: 0);
        _events.Consume<DocumentEnd>();
        if (_events.TryConsume<DocumentStart>(out var second))
        {
            throw Unsupported(second, "a second document starts here; keep one per file");
        }

        _events.Consume<StreamEnd>();
        return node;
    }

    private ConfigNode Node(int depth)
    {
        if (_events.TryConsume<AnchorAlias>(out var alias))
        {
            return Alias(alias);
        }

        var start = _events.Current as NodeEvent ?? throw Refused(_events.Current!, "a value is missing");
        if (depth > DeepestNesting)
        {
            throw Unsupported(start, $"nested deeper than {DeepestNesting} levels");
        }

        RequireNoTag(start);
        var sizeBefore = _size;
        Count(start, 1);
        _open.Add(start.Anchor);
        ConfigNode node = start switch
        {
            MappingStart => Map(depth),
            SequenceStart => Sequence(depth),
            _ => Scalar(),
        };
        Name(start.Anchor, node, _size - sizeBefore);

        return node;
    }

    private ConfigNode Alias(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value, out var target))
        {
            throw Refused(alias, _open.Contains(alias.Value)
                ? $"the alias *{alias.Value} stands within what its anchor &{alias.Value} names; write that out"
                : $"the alias *{alias.Value} has no anchor &{alias.Value} before it");
        }

        Count(alias, target.Size);
        return target.Node;
    }

    private ScalarNode Scalar()
    {
        var scalar = _events.Consume<Scalar>();
        return new(_locate(scalar.Start), scalar.Value, scalar.Style != ScalarStyle.Plain);
    }

    private SequenceNode Sequence(int depth)
    {
        var start = _events.Consume<SequenceStart>();
        List<ConfigNode> items = [];
        while (!_events.TryConsume<SequenceEnd>(out _))
        {
            items.Add(Node(depth + 1));
        }

        return new(_locate(start.Start), items);
    }

    private MapNode Map(int depth)
    {
        var start = _events.Consume<MappingStart>();
        Dictionary<string, MapEntry> entries = [];
        List<MapEntry> inOrder = [];
        while (!_events.TryConsume<MappingEnd>(out _))
        {
            var key = Key();
            MapEntry entry = new(_locate(key.Start), key.Value, Node(depth + 1));
            if (key is { Value: MergeKey, Style: ScalarStyle.Plain })
            {
                _problems.Add(entry.Position, $"merge keys ({MergeKey}) are not supported; write out the keys that are meant");
            }
            else if (entries.TryAdd(entry.Key, entry))
            {
                inOrder.Add(entry);
            }
            else
            {
                _problems.Add(entry.Position, $"duplicate key `{entry.Key}`; first at {entries[entry.Key].Position}");
            }
        }

        return new(_locate(start.Start), inOrder);
    }

    private Scalar Key()
    {
        if (!_events.TryConsume<Scalar>(out var key))
        {
            throw Unsupported(_events.Current!, "a key must be one word");
        }

        RequireNoTag(key);
        Name(key.Anchor, new ScalarNode(_locate(key.Start), key.Value, key.Style != ScalarStyle.Plain), size: 1);
        return key;
    }

    private void Name(AnchorName anchor, ConfigNode node, int size)
    {
        _open.Remove(anchor);
        if (!anchor.IsEmpty)
        {
            _anchors[anchor] = (node, size);
        }
    }

    private void Count(ParsingEvent at, int nodes)
    {
        if ((_size += nodes) > MostNodes)
        {
            throw Unsupported(at, $"more than {MostNodes} values, aliases written out");
        }
    }

    private static void RequireNoTag(NodeEvent node)
    {
        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific)
        {
            throw Unsupported(node, $"the tag {node.Tag} is not supported; leave it out");
        }
    }

    private static UnsupportedException Unsupported(ParsingEvent at, string why) => new(at.Start, at.End, why);

    private static YamlException Refused(ParsingEvent at, string why) => new(at.Start, at.End, why);

    private static string Sentence(YamlException e) => e.Message.TrimEnd('.').ReplaceLineEndings(" ");

    /// <summary>What YAML has and configs do not.</summary>
    private sealed class UnsupportedException(Mark start, Mark end, string message) : YamlException(start, end, message);
}
