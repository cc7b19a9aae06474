using L2O.Options;

namespace L2O.Flatness;

/// <summary>Options of a flatness metric.</summary>
public interface IMetricOptions : IFamilyDefaults
{
    /// <summary>
    /// What an analysis measures of this kind unless told otherwise: the same number with more care than a training can
    /// afford at every step, at one setting or several. The first has the defaults of the kind's options there.
    /// </summary>
    IReadOnlyList<IMetricOptions> ForAnalysis => [this];

    IOptions IFamilyDefaults.DefaultsIn(Family family) => family == Family.Metric ? ForAnalysis[0] : this;
}
