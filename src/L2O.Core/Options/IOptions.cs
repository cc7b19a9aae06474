namespace L2O.Options;

/// <summary>Named values that a config can set; a record whose properties are the keys.</summary>
public interface IOptions
{
    /// <summary>Everything wrong with these values; the config reader adds file, line and column.</summary>
    IEnumerable<OptionProblem> Problems();
}

/// <summary>Options that a name alone says: configs have the name where others have a map.</summary>
public interface INamedOptions : IOptions
{
    /// <summary>As configs spell it; a constructor takes it.</summary>
    string Name { get; }
}

/// <summary>Options whose defaults depend on what they are read for.</summary>
public interface IFamilyDefaults : IOptions
{
    /// <summary>What these, as yet nothing but defaults, are in a family; new ones, or these themselves.</summary>
    IOptions DefaultsIn(Family family);
}

/// <summary>One value that cannot be used.</summary>
/// <param name="Key">Its key in the config, in snake_case; a dot before each key or index that is deeper: "part.low", "hidden.0".</param>
/// <param name="Message">Follows the key: the value met and the values allowed ("is 0; choose 1 or more").</param>
public sealed record OptionProblem(string Key, string Message)
{
    /// <summary>The numbers that would do whatever else is set; null where that is not all there is to it.</summary>
    public NumberRange? Allowed { get; init; }
}
