namespace L2O.Tests.Support;

/// <summary>The update -phi g: its meta-gradients have closed forms.</summary>
internal sealed class LinearRule() : FormulaRule((phi, gradients, theta) => -phi * gradients.At(theta));
