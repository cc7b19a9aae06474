namespace L2O.Data;

/// <summary>How many examples each split of a data set has.</summary>
internal sealed record SplitSizes(int Train, int Validation, int Test)
{
    public int TrainAndValidation => Train + Validation;
}
