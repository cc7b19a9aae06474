namespace L2O.Options;

/// <summary>The tables that the kinds and names in a config come from.</summary>
public enum Family
{
    /// <summary>Optimizers that can be meta-trained.</summary>
    LearnedOptimizer,

    /// <summary>Update rules without parameters of their own.</summary>
    HandcraftedOptimizer,

    /// <summary>Whatever can be evaluated: learned, handcrafted, or from a checkpoint.</summary>
    Optimizer,

    /// <summary>What optimizers train.</summary>
    Optimizee,

    /// <summary>What can be added to the meta-objective: a metric, or nothing.</summary>
    Regularizer,

    /// <summary>How flat a loss is at a point, as analyses measure it.</summary>
    Metric,

    /// <summary>Labelled examples: known sets, which are named, and kinds of one's own files.</summary>
    Dataset,
}

/// <summary>
/// Says which table a property draws on. One of type <see cref="IOptions"/>, or of what a family's options share, holds the
/// options of a kind, which the map's key `kind` picks, or of a name; one of type string holds a name.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OneOfAttribute(Family family) : Attribute
{
    /// <summary>The table.</summary>
    public Family Family => family;
}

/// <summary>The keys of this property's value stand beside those of the record that holds it, in one map.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class InlineAttribute : Attribute;

/// <summary>
/// Marks a text, or each of a list, as the path of a file: read with ~ for the home directory and from where the program runs,
/// and made absolute, so that what is written down means the same everywhere.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FilePathAttribute : Attribute
{
    /// <summary>Whether it counts from the config that says so instead; on the command line from where the program runs.</summary>
    public bool IsFromConfig { get; init; }

    /// <summary>What stands before the name of a checkpoint that comes along.</summary>
    public const string PretrainedPrefix = "pretrained:";

    /// <summary>Whether it is a checkpoint, so that it may be such a name instead, which stays as it is written.</summary>
    public bool IsCheckpoint { get; init; }
}
