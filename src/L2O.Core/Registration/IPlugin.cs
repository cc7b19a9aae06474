namespace L2O.Registration;

/// <summary>
/// What a plug-in adds to the program: a public class with a constructor without parameters, in an assembly that
/// `l2o --plugin FILE` names.
/// </summary>
public interface IPlugin
{
    /// <summary>Adds kinds by the methods of <see cref="Registry"/>.</summary>
    /// <returns>What they returned; the program disposes of it at its end.</returns>
    IEnumerable<IDisposable> Register();
}
