using System.Diagnostics;
using L2O.Tests.Support;

namespace L2O.Cli.Tests.Support;

/// <summary>A SLURM cluster of this machine alone, made by slurm-cluster.sh; its folder is gone with it.</summary>
public sealed class SlurmCluster : IDisposable
{
    // Fewer than the trainings, so that some wait for their turn.
    private const int Cpus = 4;

    private static readonly string[] Programs = ["/usr/sbin/slurmctld", "/usr/sbin/slurmd", "/usr/sbin/munged", "/usr/bin/sbatch"];

    private readonly string _folder = Directory.CreateTempSubdirectory("l2o-slurm-").FullName;
    private Process? _process;

    /// <summary>Whether Debian's slurm-wlm and munge are installed.</summary>
    internal static bool IsThere => OperatingSystem.IsLinux() && Programs.All(File.Exists);

    internal string Config => Path.Combine(_folder, "slurm.conf");

    /// <summary>What the controller did.</summary>
    internal string Log => File.ReadAllText(Path.Combine(_folder, "slurmctld.log"));

    /// <summary>Starts it, unless it is there.</summary>
    internal void Start()
    {
        if (_process is not null)
        {
            return;
        }

        var script = Path.Combine(Repository.Root, "tests", "L2O.Cli.Tests", "Support", "slurm-cluster.sh");
        _process = Process.Start(new ProcessStartInfo("bash", [script, _folder, $"{Cpus}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new InvalidOperationException("bash did not start");
        if (_process.StandardOutput.ReadLine() != "ready")
        {
            throw new InvalidOperationException($"no SLURM: {_process.StandardError.ReadToEnd()}");
        }
    }

    public void Dispose()
    {
        if (_process is { } process)
        {
            process.StandardInput.Close();
            process.WaitForExit(Hang.Limit);
            process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
