using System.Globalization;

namespace L2O.Cli.Output;

/// <summary>How far work has come, in words.</summary>
internal static class ProgressText
{
    private const int BarLength = 12;

    // "123456/s" and "1234:00:00".
    private const int RateLength = 8;
    private const int TimeLength = 10;

    /// <summary>A line of a log: "meta-training 37/300, 12.3/s, 0:00:21 left, best 1.85".</summary>
    internal static string Line(string title, long done, long total, ProgressRate rate, string note)
    {
        var left = rate.TimeLeft;
        string[] parts =
        [
            string.Create(CultureInfo.InvariantCulture, $"{title} {done}/{total}"), rate.Text, left.Length > 0 ? $"{left} left" : "", note,
        ];
        return string.Join(", ", parts.Where(part => part.Length > 0));
    }

    /// <summary>
    /// A line of a terminal, one character short of its width, where some would begin the next; every part keeps its place
    /// from report to report.
    /// </summary>
    internal static string Status(string title, long done, long total, ProgressRate rate, string note, int width)
    {
        var count = total.ToString(CultureInfo.InvariantCulture);
        var filled = (int)(BarLength * Math.Clamp((double)done / Math.Max(1, total), 0, 1));
        var bar = new string('=', filled).PadRight(BarLength);
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{title} [{bar}] {done.ToString(CultureInfo.InvariantCulture).PadLeft(count.Length)}/{count} ")
            + $"{rate.Text.PadLeft(RateLength)} {rate.TimeLeft.PadLeft(TimeLength)} ";
        var room = width - 1 - text.Length;
        return room > 0 ? text + TextTable.Shortened(note, room).PadRight(room) : text[..(width - 1)];
    }
}
