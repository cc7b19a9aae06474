using System.Text;
using L2O.Errors;

namespace L2O.Storage;

/// <summary>Writes files atomically: a kill or a power cut leaves the old content or the new.</summary>
internal static class DurableFile
{
    /// <summary>Replaces a file, or creates it, once its content is safely on disk.</summary>
    /// <param name="path">Must be written by one process at a time.</param>
    /// <param name="write">Writes the content; if it fails, the file stays as it was.</param>
    /// <exception cref="StorageException">The disk is full, or the folder cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        var temporary = path + ".tmp";
        try
        {
            // Written beside the target, then renamed; the folder last, because the rename itself is a change to it.
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
            DurableFolder.Flush(FolderOf(path));
        }
        catch (Exception e)
        {
            DeleteIfPossible(temporary);
            if (StorageException.IsFileSystem(e))
            {
                throw StorageException.Of(path, e);
            }

            throw;
        }
    }

    /// <summary>Replaces a text file, or creates it: UTF-8 without a byte order mark.</summary>
    /// <inheritdoc cref="Write(string, Action{Stream})"/>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Renames a file over another.</summary>
    /// <exception cref="StorageException">The folder cannot be written.</exception>
    internal static void Move(string from, string to)
    {
        try
        {
            File.Move(from, to, overwrite: true);
            DurableFolder.Flush(FolderOf(to));
        }
        catch (Exception e) when (StorageException.IsFileSystem(e))
        {
            throw StorageException.Of(to, e);
        }
    }

    internal static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? path;

    // The user should read the first failure, so this one is not reported.
    private static void DeleteIfPossible(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (StorageException.IsFileSystem(e))
        {
        }
    }
}
