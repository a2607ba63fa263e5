/* Speaks lines of text with a flite statistical voice and writes down what flite knows of each:
 * N.wav, N.seg ("phone end-seconds stress" a line) and N.f0 (Hz a line, one a 5 ms frame).
 *
 *     flite_batch VOICE FOLDER STRETCH F0_MEAN F0_DEVIATION < lines
 *
 * VOICE is rms or awb; a zero leaves the voice's own F0. The flite program itself shows no F0. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <flite/flite.h>

cst_voice *register_cmu_us_rms(const char *voice_directory);
cst_voice *register_cmu_us_awb(const char *voice_directory);

enum { LINE_BYTES = 4096, PATH_BYTES = 4096 };

static FILE *open_output(const char *folder, int number, const char *ending) {
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/%d.%s", folder, number, ending);
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    return file;
}

static void write_segments(cst_utterance *utterance, FILE *file) {
    cst_item *segment = relation_head(utt_relation(utterance, "Segment"));
    for (; segment != NULL; segment = item_next(segment))
        fprintf(file, "%s %.5f %s\n", item_name(segment), item_feat_float(segment, "end"),
                ffeature_string(segment, "R:SylStructure.parent.stress"));
    fclose(file);
}

static void write_f0(cst_utterance *utterance, FILE *file) {
    const cst_track *track = val_track(feat_val(utterance->features, "param_track"));
    for (int frame = 0; frame < track->num_frames; frame++)
        fprintf(file, "%.2f\n", track->frames[frame][0]);
    fclose(file);
}

int main(int count, char **arguments) {
    if (count != 6) {
        fprintf(stderr, "usage: flite_batch VOICE FOLDER STRETCH F0_MEAN F0_DEVIATION < lines\n");
        return 2;
    }
    const char *name = arguments[1], *folder = arguments[2];
    double stretch = atof(arguments[3]), mean = atof(arguments[4]), deviation = atof(arguments[5]);

    flite_init();
    cst_voice *voice = strcmp(name, "rms") == 0   ? register_cmu_us_rms(NULL)
                       : strcmp(name, "awb") == 0 ? register_cmu_us_awb(NULL)
                                                  : NULL;
    if (voice == NULL) {
        fprintf(stderr, "no voice %s\n", name);
        return 2;
    }
    feat_set_float(voice->features, "duration_stretch", stretch);
    if (mean > 0) {
        feat_set_float(voice->features, "int_f0_target_mean", mean);
        feat_set_float(voice->features, "int_f0_target_stddev", deviation);
    }

    char line[LINE_BYTES], path[PATH_BYTES];
    for (int number = 0; fgets(line, sizeof line, stdin) != NULL; number++) {
        line[strcspn(line, "\n")] = '\0';
        cst_utterance *utterance = flite_synth_text(line, voice);
        if (utterance == NULL) {
            fprintf(stderr, "flite cannot speak: %s\n", line);
            return EXIT_FAILURE;
        }
        snprintf(path, sizeof path, "%s/%d.wav", folder, number);
        if (cst_wave_save_riff(utt_wave(utterance), path) != CST_OK_FORMAT)
            return EXIT_FAILURE;
        write_segments(utterance, open_output(folder, number, "seg"));
        write_f0(utterance, open_output(folder, number, "f0"));
        delete_utterance(utterance);
    }
    return EXIT_SUCCESS;
}
