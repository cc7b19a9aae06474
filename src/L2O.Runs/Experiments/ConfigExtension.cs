using L2O.Configs;
using L2O.Errors;
using L2O.MetaTraining;
using L2O.Options;
using L2O.Registration;
using L2O.Runs;

namespace L2O.Experiments;

/// <summary>Whether a config only extends the one that a run was started with: then the run can go on under it.</summary>
public static class ConfigExtension
{
    /// <summary>What the change means for the run.</summary>
    /// <param name="then">The effective config of the run so far, as YAML.</param>
    /// <param name="now">The one to go on with.</param>
    public static ConfigChange Of(string then, IOptions now) =>
        now is TrainConfig longer && Read(then) is { } shorter ? Of(shorter, longer) : ConfigChange.Other;

    /// <summary>More meta-iterations and nothing else, where no meta-iteration depends on how many there are.</summary>
    internal static ConfigChange Of(TrainConfig then, TrainConfig now)
    {
        var isLonger = now.Meta.Iterations > then.Meta.Iterations
            && Text(now) == Text(then with { Meta = then.Meta with { Iterations = now.Meta.Iterations } });
        return (isLonger, isLonger ? Reason(then) : null) switch
        {
            (false, _) => ConfigChange.Other,
            (true, null) => ConfigChange.Extension,
            (true, var reason) => new(IsExtension: false, reason),
        };
    }

    private static string? Reason(TrainConfig then)
    {
        if (then.Meta.FinalRate != 1)
        {
            return FormattableString.Invariant(
                $"with meta.final_rate at {then.Meta.FinalRate:R}, every meta-update depends on meta.iterations");
        }

        var counts = then.Meta switch
        {
            { Curriculum: not null } => "meta.curriculum",
            { OnDivergence: DivergencePolicy.Rollback } => "meta.on_divergence",
            _ => null,
        };
        return counts is null || then.Meta.Iterations % then.Validation.Every == 0
            ? null
            : $"{counts} counts the validation at the old end, which more meta.iterations would not have there, for "
                + $"{then.Meta.Iterations} is no multiple of validation.every ({then.Validation.Every})";
    }

    // One that this version cannot read is another.
    private static TrainConfig? Read(string text)
    {
        try
        {
            return ConfigReader.Read<TrainConfig>(new("config.yaml", text, []), Registry.Kinds);
        }
        catch (ConfigException)
        {
            return null;
        }
    }

    private static string Text(TrainConfig config) => ConfigWriter.Write(config, Registry.Kinds);
}
