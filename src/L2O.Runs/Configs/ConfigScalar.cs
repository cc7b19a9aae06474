using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using L2O.Options;

namespace L2O.Configs;

/// <summary>
/// Scalars between text and values: YAML 1.2's core schema and nothing looser, so that `yes` is text, "1" is text, and
/// 1.5 or 1e3 is no whole number.
/// </summary>
internal static partial class ConfigScalar
{
    private const NumberStyles Sign = NumberStyles.AllowLeadingSign;
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    internal static bool TryRead(ScalarNode node, Type type, [NotNullWhen(true)] out object? value)
    {
        value = type switch
        {
            _ when type == typeof(string) => node.IsNull ? null : node.Text,
            _ when type.IsEnum => EnumValue(node.Text, type),
            _ when node.IsQuoted => null,
            _ when type == typeof(bool) => node.Text switch { "true" => true, "false" => false, _ => null },
            _ when type == typeof(int) => int.TryParse(node.Text, Sign, Invariant, out var small) ? small : null,
            _ when type == typeof(long) => long.TryParse(node.Text, Sign, Invariant, out var large) ? large : null,
            _ when type == typeof(double) => Number(node.Text),
            _ => null,
        };
        return value is not null;
    }

    /// <summary>What a whole number is beyond, in words that follow "a whole number"; else empty.</summary>
    internal static string Range(ScalarNode node, Type type) => node switch
    {
        { IsQuoted: true } => "",
        _ when !Whole().IsMatch(node.Text) => "",
        _ when type == typeof(int) => $" from {int.MinValue} to {int.MaxValue}",
        _ when type == typeof(long) => $" from {long.MinValue} to {long.MaxValue}",
        _ => "",
    };

    /// <summary>A file's path, or a checkpoint's name, that means the same everywhere; null where there is a problem.</summary>
    internal static string? FullPath(ScalarNode written, FilePathAttribute? rules, out string? problem)
    {
        if (rules is { IsCheckpoint: true } && written.Text.StartsWith(FilePathAttribute.PretrainedPrefix, StringComparison.Ordinal))
        {
            problem = null;
            return written.Text;
        }

        var from = rules is { IsFromConfig: true } && written.Position.Line > 0 ? Path.GetDirectoryName(written.Position.Source) : null;
        return UserPath.TryExpand(written.Text, out var path, out problem) ? Path.GetFullPath(Path.Combine(from ?? "", path)) : null;
    }

    internal static bool IsWhole(string text) => Whole().IsMatch(text);

    /// <summary>The scalar that reads back as the value; quoted where it stands for text.</summary>
    internal static ScalarNode Write(object? value) => value switch
    {
        null => new(default, "null", IsQuoted: false),
        bool b => new(default, b ? "true" : "false", IsQuoted: false),
        double d => new(default, Text(d), IsQuoted: false),
        IFormattable number and (int or long) => new(default, number.ToString(null, Invariant), IsQuoted: false),
        _ when value.GetType().IsEnum => new(default, ConfigType.SnakeCase(value.ToString() ?? ""), IsQuoted: true),
        _ => new(default, (string)value, IsQuoted: true),
    };

    internal static string Text(double value) => value switch
    {
        double.PositiveInfinity => ".inf",
        double.NegativeInfinity => "-.inf",
        _ when double.IsNaN(value) => ".nan",
        _ => value.ToString("R", Invariant).ToLowerInvariant(),
    };

    internal static double? Number(string text) => text switch
    {
        ".inf" or "+.inf" => double.PositiveInfinity,
        "-.inf" => double.NegativeInfinity,
        ".nan" => double.NaN,
        _ when Decimal().IsMatch(text) => double.Parse(text, NumberStyles.Float, Invariant),
        _ => null,
    };

    private static object? EnumValue(string text, Type type) =>
        Enum.GetValues(type).Cast<object>().FirstOrDefault(value => ConfigType.SnakeCase($"{value}") == text);

    [GeneratedRegex(@"^[-+]?[0-9]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Whole();

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Decimal();
}
