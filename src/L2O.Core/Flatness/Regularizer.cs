namespace L2O.Flatness;

/// <summary>A flatness metric as part of an objective.</summary>
/// <param name="Metric">What is measured.</param>
/// <param name="Options">How much of it joins which objective, and where.</param>
public sealed record Regularizer(IFlatnessMetric Metric, RegularizerOptions Options);
