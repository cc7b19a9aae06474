namespace L2O.Reports.Documents;

/// <summary>A part of a page, of which both its versions, HTML and text, show the same.</summary>
internal abstract record Block;

/// <summary>A title within a section.</summary>
internal sealed record Subtitle(string Text) : Block;

/// <summary>Running text.</summary>
internal sealed record Paragraph(string Text) : Block;

/// <summary>A list.</summary>
internal sealed record Bullets(IReadOnlyList<string> Items) : Block;

/// <summary>A table.</summary>
/// <param name="Caption">Says what it shows.</param>
/// <param name="Columns">Their names; the first names the rows.</param>
/// <param name="Rows">A cell for each column.</param>
internal sealed record TableBlock(string Caption, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows) : Block;

/// <summary>Commands, a line each.</summary>
internal sealed record Commands(IReadOnlyList<string> Lines) : Block;

/// <summary>A file that HTML shows when it is asked to, and text names.</summary>
/// <param name="Title">What it is.</param>
/// <param name="File">Where it is.</param>
/// <param name="Text">What it holds.</param>
internal sealed record Folded(string Title, string File, string Text) : Block;

/// <summary>A picture of one panel or several.</summary>
/// <param name="Title">Names what is shown.</param>
/// <param name="Caption">Says how to read it.</param>
/// <param name="Name">Of its files in `pictures/`, without their endings.</param>
/// <param name="Panels">Side by side where there is room.</param>
/// <param name="Legend">What lines are called that panels share.</param>
internal sealed record Figure(
    string Title, string Caption, string Name, IReadOnlyList<Panel> Panels, IReadOnlyList<LegendLine> Legend) : Block;

/// <summary>One panel.</summary>
/// <param name="Svg">A whole document.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
internal sealed record Panel(string Svg, int Width, int Height);

/// <summary>A line of a legend.</summary>
/// <param name="Name">What is drawn so.</param>
/// <param name="Colour">As CSS writes it.</param>
internal sealed record LegendLine(string Name, string Colour);

/// <summary>A section of a page.</summary>
/// <param name="Id">Its anchor.</param>
/// <param name="Title">In the list of contents too.</param>
/// <param name="Blocks">None where there is nothing to say.</param>
internal sealed record Section(string Id, string Title, IReadOnlyList<Block> Blocks);

/// <summary>A page.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Opening">Before the list of contents.</param>
/// <param name="Sections">Those that have something to say.</param>
/// <param name="ReloadSeconds">After which a browser looks again; null of a page that stays as it is.</param>
internal sealed record Page(string Title, IReadOnlyList<Block> Opening, IReadOnlyList<Section> Sections, int? ReloadSeconds);
