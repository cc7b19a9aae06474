using L2O.Options;

namespace L2O.Optimizers.Handcrafted;

/// <summary>Options of a rule that can train phi.</summary>
public interface IMetaOptimizerOptions : IOptions;
