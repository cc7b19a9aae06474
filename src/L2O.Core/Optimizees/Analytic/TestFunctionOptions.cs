namespace L2O.Optimizees.Analytic;

/// <summary>Options of Ackley's function: many local minima around a deep one.</summary>
public sealed record AckleyOptions : AnalyticOptions;

/// <summary>Options of Beale's function: flat, with steep edges.</summary>
public sealed record BealeOptions : AnalyticOptions;

/// <summary>Options of Booth's function: a quadratic.</summary>
public sealed record BoothOptions : AnalyticOptions;

/// <summary>Options of Branin's function: three equal minima.</summary>
public sealed record BraninOptions : AnalyticOptions;

/// <summary>Options of the logarithm of a sum of exponentials: convex.</summary>
public sealed record LogSumExpOptions : AnalyticOptions;

/// <summary>Options of Matyas's function: a narrow quadratic.</summary>
public sealed record MatyasOptions : AnalyticOptions;

/// <summary>Options of Michalewicz's function: plains and steep valleys.</summary>
public sealed record MichalewiczOptions : AnalyticOptions;

/// <summary>Options of Rosenbrock's function: a flat curved valley.</summary>
public sealed record RosenbrockOptions : AnalyticOptions;

/// <summary>Options of x^2 - y^2: unbounded below.</summary>
public sealed record SaddleOptions : AnalyticOptions;

/// <summary>Options of the function of Styblinski and Tang: four local minima.</summary>
public sealed record StyblinskiTangOptions : AnalyticOptions;
